export const storeContract = (): string => ''
