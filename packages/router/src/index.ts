class RouterClass { readonly stack: unknown[] = [] }
export interface RouterOptions { strict?: boolean }
export class Route { readonly path: string; constructor(path: string) { this.path = path } }
export interface RouterConstructor { (options?: RouterOptions): Router; new (options?: RouterOptions): Router; readonly Router: RouterConstructor; readonly Route: typeof Route }
interface Router { readonly stack: unknown[] }
const Router = function Router() { return new RouterClass() } as unknown as RouterConstructor
Object.assign(Router, { Route, Router })
type Options = RouterOptions
declare namespace Router { type RouterOptions = Options; type Route = InstanceType<RouterConstructor['Route']> ; type Router = InstanceType<RouterConstructor> }
export { Router }
export default Router
