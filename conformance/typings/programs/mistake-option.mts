// An option that is misspelt. Never run.
import express from '@tokkyu/core'

express().use(express.json({ limt: '1mb' }))
