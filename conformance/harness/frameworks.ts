import peer from 'express'
import ours from '@tokkyu/core'
import type { App, Framework } from './case.ts'

export { ours }

/** Express from npm. To the cases both are the same API, so they are typed alike. */
export const express = peer as unknown as Framework

/** Our framework, making the same small mistake in every app. */
export function withFault(fault: (app: App) => void): Framework {
  const faulty = (): App => {
    const app = ours()
    fault(app)
    return app
  }
  return Object.assign(faulty, ours)
}
