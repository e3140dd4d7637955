import { Router, Route } from '@tokkyu/router'
import createRouter from '@tokkyu/router'
export interface Express { (): void; use(x: string): void }
export interface Request { url: string }
function express(): Express { return Object.assign(() => {}, { use() {} }) }
express.Router = Router
express.Route = Route
void createRouter()
declare namespace express {
  export type { Request, Express }
}
export default express
export { Router, Route, express }
