declare global {
  // oxlint-disable-next-line typescript/no-namespace -- what is global can be added to by any file
  namespace Tokkyu {
    /**
     * The data of each template by its name. `tokkyu views compile` writes a declaration that adds them;
     * while there is none, any name and any data do.
     *
     * @example declare global { namespace Tokkyu { interface Templates { hello: { name: string } } } }
     */
    interface Templates {}
  }
}

/** The name of a template: an editor knows those that are declared. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- others add to it
export type TemplateName = (keyof Tokkyu.Templates & string) | (string & {})

/** What a template is rendered with; a name that is not written out says nothing of it. */
export type TemplateArguments<Name extends string> = [keyof Tokkyu.Templates] extends [never]
  ? [data?: object]
  : string extends Name
    ? [data?: object]
    : Name extends keyof Tokkyu.Templates
      ? Partial<Tokkyu.Templates[Name]> extends Tokkyu.Templates[Name]
        ? [data?: Tokkyu.Templates[Name]]
        : [data: Tokkyu.Templates[Name]]
      : [data: never]
