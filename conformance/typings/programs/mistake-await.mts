// A promise that nobody awaits. Never run.
import express from '@tokkyu/core'

const find = async (name: string): Promise<{ name: string }> => ({ name })
express().get('/users/:id', (req, res) => {
  res.send(find(req.params.id).name)
})
