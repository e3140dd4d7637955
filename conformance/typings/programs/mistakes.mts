// One mistake, behind a handler of somebody else's. Never run.
import cors from 'cors'

import express from '@tokkyu/core'

express().get('/users/:id', cors(), (req, res) => res.send(req.params.idd))
