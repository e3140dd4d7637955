export const source = `
  syntax = "proto3";
  package bench;
  message Book { int32 id = 1; string title = 2; }
  service Catalog { rpc GetBook(Book) returns (Book); }
`

/** What every subject answers. */
export function answer({ id }) {
  return { id, title: `The book of number ${id}` }
}
