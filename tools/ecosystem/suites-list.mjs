// The suites that `pnpm ecosystem --suites` runs: packages of npm that bring their tests and load Express in them.
const MOCHA = ['mocha', '--exit', '--timeout', '10000', '--reporter', 'json']
const mocha = '11.7.5'
const supertest = '7.1.4'

/** `needs` are the packages that the tests load, `before` is run by node before each run. */
export const suites = [
  {
    name: 'express-correlation-id',
    version: '3.0.1',
    needs: { supertest },
    run: ['node', '--test', '--test-reporter=tap', 'test/correlator.tests.js'],
  },
  {
    name: 'express-fileupload',
    version: '1.5.2',
    needs: { md5: '2.3.0', mocha, rimraf: '3.0.2', 'rnd-file': '0.0.1', supertest: '6.3.4' },
    before: [
      '--eval',
      `fs.mkdirSync('test/files', { recursive: true }); require('./test/pretests.js')`,
    ],
    run: [...MOCHA, 'test/*.spec.js'],
  },
  {
    name: 'express-http-proxy',
    version: '2.1.2',
    needs: {
      'body-parser': '1.20.3',
      chai: '4.5.0',
      'cookie-parser': '1.4.7',
      mocha,
      nock: '13.5.6',
      supertest,
    },
    run: [...MOCHA, 'test', '--recursive'],
  },
  {
    name: 'express-promise-router',
    version: '4.1.1',
    needs: {
      '@babel/core': '7.16.0',
      '@babel/plugin-transform-modules-commonjs': '7.16.0',
      '@mormahr/typescript-definition-tester': '1.1.0',
      '@types/express': '4.17.13',
      chai: '4.3.4',
      mocha,
      request: '2.88.2',
      'request-promise': '4.2.6',
      sinon: '12.0.1',
      typescript: '4.5.2',
    },
    run: [...MOCHA, 'test/*.test.js'],
  },
  {
    name: 'express-interceptor',
    version: '1.2.0',
    needs: {
      cheerio: '0.19.0',
      jade: '1.11.0',
      mocha,
      unexpected: '9.5.0',
      'unexpected-express': '7.7.0',
    },
    run: MOCHA,
  },
  {
    name: 'express-mung',
    version: '0.5.1',
    needs: { bluebird: '3.7.2', mocha, should: '13.2.3', supertest: '3.4.2' },
    run: MOCHA,
  },
  {
    name: 'express-sslify',
    version: '1.2.0',
    needs: { chai: '3.5.0', mocha, supertest: '1.2.0' },
    run: MOCHA,
  },
  {
    name: 'express-healthcheck',
    version: '0.1.0',
    needs: { chai: '1.10.0', mocha, sinon: '1.17.7', 'sinon-chai': '2.14.0', supertest: '1.2.0' },
    run: MOCHA,
  },
  {
    name: 'express-oauth-server',
    version: '2.0.0',
    needs: { 'body-parser': '1.20.3', mocha, should: '7.1.1', sinon: '1.17.7', supertest: '1.2.0' },
    run: [...MOCHA, '--require', 'should', '--recursive', 'test'],
  },
  {
    name: 'express-xss-sanitizer',
    version: '2.0.2',
    needs: { 'body-parser': '1.20.3', chai: '4.5.0', mocha, supertest },
    run: MOCHA,
  },
  {
    name: 'express-force-ssl',
    version: '0.3.2',
    needs: { 'body-parser': '1.20.3', chai: '1.10.0', mocha, request: '2.88.2' },
    run: MOCHA,
  },
  {
    name: 'apicache',
    version: '1.6.3',
    needs: {
      chai: '4.5.0',
      compression: '1.8.1',
      fakeredis: '2.0.0',
      mocha,
      restify: '11.1.0',
      'restify-etag-cache': '1.0.12',
      supertest: '4.0.2',
    },
    run: MOCHA,
  },
]
