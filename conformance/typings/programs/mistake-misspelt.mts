// A parameter that the path does not name. Never run.
import express from '@tokkyu/core'

express().get('/users/:id', (req, res) => res.send(req.params.idd))
