declare module 'ejs' {
  const ejs: {
    render(template: string, data?: object, options?: object): string
    escapeXML(markup: unknown): string
  }
  export default ejs
}
