import { configureGlobal } from 'fast-check'

// At home each run tries new cases. In CI the same commit gives the same answer twice; what a run at
// home finds becomes a test of its own.
if (process.env['CI']) configureGlobal({ seed: 20_261_120 })
