/** Stands for Node's where modules run: nobody can subscribe there. */
export function channel(): { readonly hasSubscribers: false; publish(): void } {
  return { hasSubscribers: false, publish: () => {} }
}
