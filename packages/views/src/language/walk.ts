import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
} from 'acorn'

export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression

/** Calls `visit` for each direct child of a syntax node, in source order. */
export function eachChild(node: AnyNode, visit: (child: AnyNode) => void): void {
  const children = node as unknown as Readonly<Record<string, AnyNode | ListOfNodes | null>>
  for (const key of CHILDREN[node.type]) {
    const child = children[key]
    if (Array.isArray(child)) {
      for (const item of child as ListOfNodes) if (item) visit(item)
    } else if (child) {
      visit(child as AnyNode)
    }
  }
}

/** With holes: `[a, , b]`. */
type ListOfNodes = readonly (AnyNode | null)[]

const NONE: readonly string[] = []
const BODY = ['body']
const EXPRESSION = ['expression']
const ARGUMENT = ['argument']
const LEFT_RIGHT = ['left', 'right']
const FUNCTION = ['id', 'params', 'body']
const CLASS = ['id', 'superClass', 'body']
const KEY_VALUE = ['key', 'value']
const CALL = ['callee', 'arguments']
const LABEL = ['label']
const ELEMENTS = ['elements']
const PROPERTIES = ['properties']

/** The properties of each kind of node that hold nodes (ESTree). */
const CHILDREN: Readonly<Record<AnyNode['type'], readonly string[]>> = {
  Program: BODY,
  // Statements
  BlockStatement: BODY,
  StaticBlock: BODY,
  EmptyStatement: NONE,
  DebuggerStatement: NONE,
  ExpressionStatement: EXPRESSION,
  WithStatement: ['object', 'body'],
  ReturnStatement: ARGUMENT,
  ThrowStatement: ARGUMENT,
  LabeledStatement: ['label', 'body'],
  BreakStatement: LABEL,
  ContinueStatement: LABEL,
  IfStatement: ['test', 'consequent', 'alternate'],
  SwitchStatement: ['discriminant', 'cases'],
  SwitchCase: ['test', 'consequent'],
  TryStatement: ['block', 'handler', 'finalizer'],
  CatchClause: ['param', 'body'],
  WhileStatement: ['test', 'body'],
  DoWhileStatement: ['body', 'test'],
  ForStatement: ['init', 'test', 'update', 'body'],
  ForInStatement: ['left', 'right', 'body'],
  ForOfStatement: ['left', 'right', 'body'],
  // Declarations
  FunctionDeclaration: FUNCTION,
  VariableDeclaration: ['declarations'],
  VariableDeclarator: ['id', 'init'],
  ClassDeclaration: CLASS,
  ClassBody: BODY,
  MethodDefinition: KEY_VALUE,
  PropertyDefinition: KEY_VALUE,
  // Expressions
  Identifier: NONE,
  PrivateIdentifier: NONE,
  Literal: NONE,
  ThisExpression: NONE,
  Super: NONE,
  MetaProperty: ['meta', 'property'],
  ArrayExpression: ELEMENTS,
  ObjectExpression: PROPERTIES,
  Property: KEY_VALUE,
  SpreadElement: ARGUMENT,
  FunctionExpression: FUNCTION,
  ArrowFunctionExpression: FUNCTION,
  ClassExpression: CLASS,
  UnaryExpression: ARGUMENT,
  UpdateExpression: ARGUMENT,
  AwaitExpression: ARGUMENT,
  YieldExpression: ARGUMENT,
  BinaryExpression: LEFT_RIGHT,
  LogicalExpression: LEFT_RIGHT,
  AssignmentExpression: LEFT_RIGHT,
  ConditionalExpression: ['test', 'consequent', 'alternate'],
  MemberExpression: ['object', 'property'],
  ChainExpression: EXPRESSION,
  ParenthesizedExpression: EXPRESSION,
  CallExpression: CALL,
  NewExpression: CALL,
  SequenceExpression: ['expressions'],
  TaggedTemplateExpression: ['tag', 'quasi'],
  TemplateLiteral: ['quasis', 'expressions'],
  TemplateElement: NONE,
  ImportExpression: ['source', 'options'],
  // Patterns
  ObjectPattern: PROPERTIES,
  ArrayPattern: ELEMENTS,
  RestElement: ARGUMENT,
  AssignmentPattern: LEFT_RIGHT,
  // Modules, which no template is
  ImportDeclaration: ['specifiers', 'source', 'attributes'],
  ImportSpecifier: ['imported', 'local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
  ImportAttribute: KEY_VALUE,
  ExportNamedDeclaration: ['declaration', 'specifiers', 'source', 'attributes'],
  ExportSpecifier: ['local', 'exported'],
  ExportDefaultDeclaration: ['declaration'],
  ExportAllDeclaration: ['exported', 'source', 'attributes'],
}

/** Whether a node has its own `return`, `await` and `var` scope. */
export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression' ||
    node.type === 'FunctionDeclaration'
  )
}
