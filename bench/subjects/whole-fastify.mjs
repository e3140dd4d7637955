import { wholeApp } from '../whole-app/fastify.mjs'

export const apps = {
  async whole() {
    const app = await wholeApp()
    return {
      listen: (port, host, then) => {
        void app.listen({ port, host }).then(then)
        return app.server
      },
    }
  },
}
