// The packages whose templates are tried: generators, themes of Hexo, and tools that ship pages.
export const packages = [
  'generator-jhipster@9.4.0',
  'generator-jhipster-kotlin@1.16.0',
  'generator-jhipster-nodejs@4.0.0',
  'generator-jhipster-vuejs@1.9.2',
  'generator-jhipster-entity-audit@6.2.0',
  'generator-jhipster-ionic@8.7.0',
  'generator-jhipster-quasar@0.14.3',
  'generator-jhipster-audit-helper@1.0.3',
  'generator-jhipster-pages@2.0.4',
  'hexo-theme-landscape@1.1.0',
  'hexo-theme-fluid@1.9.9',
  'hexo-theme-volantis@6.8.3',
  'hexo-theme-stellar@1.44.0',
  'hexo-theme-keep@4.3.0',
  'hexo-theme-redefine@2.9.0',
  'hexo-theme-reimu@1.12.6',
  'hexo-theme-async@2.2.7',
  'hexo-theme-kratos-rebirth@3.0.1',
  'hexo-theme-vivia@0.5.0',
  'hexo-theme-nexmoe@4.2.2',
  'hexo-theme-kira@1.4.9',
  'hexo-theme-a4@2.0.1',
  'express-generator@4.16.1',
  '@loopback/cli@7.0.17',
  '@aws-amplify/amplify-nodejs-function-template-provider@2.10.17',
  '@aws-amplify/amplify-dotnet-function-template-provider@2.7.10',
  'swagger-typescript-api@13.13.0',
  '@storybook/builder-webpack5@10.6.6',
  'html-webpack-plugin@5.6.8',
  '@ice/app@3.6.5',
  'build-plugin-app-core@2.1.4',
  '@bull-board/ui@9.10.2',
  'redis-commander@0.9.0',
  'generator-single-spa@4.1.6',
]

const RETURNS =
  'it returns an object or a function: [a `return` ends the page with what was printed](../../docs/migrating-from-ejs.md)'

/** Templates that are otherwise on ours, and why. */
export const known = {
  'hexo-theme-a4 layout/_partial/configcss/font.ejs':
    '`<%= "LXGW WenKai" , %>`: [a tag holds one expression](../../docs/migrating-from-ejs.md)',
  'swagger-typescript-api templates/base/content-type-accessors.ejs': RETURNS,
  'swagger-typescript-api templates/base/route-name.ejs': RETURNS,
}
