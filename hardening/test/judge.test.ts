import { describe, expect, it } from 'vitest'

import type { Conversation } from '../src/attack.ts'
import { faultsOf, isSilent } from '../src/judge.ts'
import { readAnswers } from '../src/read-answers.ts'

const OK = 'HTTP/1.1 200 OK\r\nX-Test: 1\r\nContent-Length: 4\r\n\r\nhome'
const heard = (received: string, closed = false): Conversation => ({
  earlier: [],
  answers: readAnswers(received, false, closed),
  received,
  closed,
  ms: 1,
})

describe('a judgement', () => {
  it('finds nothing wrong with what was expected', () => {
    const expectation = { status: [200], answers: 1, present: ['home'], field: { 'x-test': /1/ } }
    expect(faultsOf(heard(OK), expectation)).toEqual([])
  })
  it('takes a class of statuses', () => {
    expect(faultsOf(heard(OK), { status: ['2xx'] })).toEqual([])
    expect(faultsOf(heard(OK), { status: ['4xx', 500] })).toEqual(['200 instead of 4xx or 500'])
  })
  it('tells a connection that was closed from one that is open', () => {
    expect(faultsOf(heard('', true), { status: ['none'] })).toEqual([])
    expect(faultsOf(heard(''), { status: ['none'] })).toEqual(['no answer instead of none'])
    expect(faultsOf(heard(OK), { closed: true })).toEqual(['the connection was kept'])
  })
  it('counts a smuggled request by its answer', () => {
    expect(faultsOf(heard(OK + OK), { answers: 1 })).toEqual(['2 answers instead of 1'])
  })
  it('looks for what must not be seen in heads and bodies', () => {
    expect(faultsOf(heard(OK), { absent: ['home'] })).toEqual(['the answer holds home'])
    expect(faultsOf(heard(OK), { noField: ['x-test'] })).toEqual([
      'the answer has the field x-test: 1',
    ])
  })
  it('allows no answer to show where the program broke', () => {
    const stack = 'HTTP/1.1 500 No\r\n\r\nError\n    at handle (/srv/app.js:1:2)'
    expect(faultsOf(heard(stack, true), {})).toHaveLength(1)
  })
  it('calls a connection silent that neither ends nor answers, unless it may', () => {
    expect(isSilent(heard(''), { status: [200] })).toBe(true)
    expect(isSilent(heard(''), { status: ['open'] })).toBe(false)
    expect(isSilent(heard('', true), { status: [200] })).toBe(false)
  })
})

describe('answers on a connection', () => {
  it('are told apart by their lengths', () => {
    expect(readAnswers(OK + OK).map(({ body }) => body)).toEqual(['home', 'home'])
  })
  it('are told apart by their last chunks', () => {
    const chunked =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nho\r\n2\r\nme\r\n0\r\n\r\n'
    expect(readAnswers(chunked + OK).map(({ body }) => body)).toEqual(['home', 'home'])
  })
  it('leave out interim ones', () => {
    expect(readAnswers(`HTTP/1.1 100 Continue\r\n\r\n${OK}`)).toHaveLength(1)
  })
  it('have no body when they are to HEAD', () => {
    const head = OK.slice(0, -4)
    expect(readAnswers(head, true)).toMatchObject([{ body: '', complete: true }])
    expect(readAnswers(head)).toMatchObject([{ body: '', complete: false }])
  })
  it('end with the connection when they have no length', () => {
    const open = 'HTTP/1.1 200 OK\r\n\r\nho'
    expect(readAnswers(open)).toMatchObject([{ body: 'ho', complete: false }])
    expect(readAnswers(open, false, true)).toMatchObject([{ body: 'ho', complete: true }])
  })
})
