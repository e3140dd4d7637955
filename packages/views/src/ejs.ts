export const render = (): string => ''
