// A number taken for a text. Never run.
import express from '@tokkyu/core'

express().get('/users/:id<int>', (req, res) => res.send(req.params.id.trim()))
