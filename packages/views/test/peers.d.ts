declare module 'ejs' {
  const ejs: {
    render(template: string, data?: object, options?: object): string
    escapeXML(markup: unknown): string
  }
  export default ejs
}

declare module 'express' {
  import type { RequestListener } from 'node:http'

  interface App extends RequestListener {
    set(setting: string, value: unknown): void
    engine(extension: string, engine: unknown): void
    get(path: string, handler: (req: Request, res: Response) => void): void
    use(handler: (error: Fault, req: Request, res: Response, next: unknown) => void): void
  }
  interface Request {
    params: { name: string }
    query: Record<string, unknown>
  }
  interface Response {
    render(name: string, data: object): void
    status(code: number): Response
    json(value: unknown): void
  }
  interface Fault extends Error {
    code?: string
    line?: number
  }
  export default function express(): App
}
