/* Documents written by hand: what both parsers take, and where they differ on purpose. */

/** Executable documents that, together, hold every kind of node and the odd corners of the lexical grammar. */
export const goodDocuments: readonly string[] = [
  '{a}',
  'query{a}',
  'query Q{a}',
  'query query{query:query(query:query)@query{query}}',
  'mutation mutation{mutation}subscription subscription{subscription}',
  'query ($a:Int){a}',
  'query Q($a:[[Int!]!]!=[[1]]@d(x:1)$b:String="x"){a}',
  'query ($ a : Int) { a(b: $ a) }',
  'query Q($a: A! = {b: [], c: {}, d: null, e: true, f: E, g: -1, h: 1.5e-3, i: """x"""}) { a }',
  '{a:b c(d:1)@e@f(g:h){i}...j...on k{l}...@m{n}...{o}...p@q(r:[s{t:u}])}',
  '{ on on: on(on: on) @on { on } }',
  '{ ...onward ...on_ ... on on { on } }',
  'fragment F on on { on }',
  'fragment fragment on fragment { fragment }',
  'fragment true on null { false }',
  '{ true(null: true) false: null @true(false: null) { null } }',
  '{ a(b: [1,2,,,3 4,]) , c ,,, }',
  ',{,a,},',
  '{ a(b: {c: {d: {e: [[[]]]}}}) }',
  '{ a(b: "") c(d: "\\"\\\\\\/\\b\\f\\n\\r\\t") }',
  '{ a(b: "\\u0041\\uABCD\\uabcd\\u{41}\\u{0041}\\u{1F600}\\u{00000041}\\u{10FFFF}\\uD83D\\uDE00") }',
  '{ a(b: "😀é\u0000\u0007\u007F\u2028\uFEFF\uFFFF # , {") }',
  '{ a(b: """""", c: """ """, d: """"a" b""", e: """\\""" """, f: """\\n\\u0041""") }',
  '{ a(b: """\n    one\n      two\n\n    three\n  """) }',
  '{ a(b: """\r\n\tone\r\n\ttwo\rthree""") }',
  '{ a(b: """first\n    second\n      third""") }',
  '{ a(b: """\n\n   \n  x\n   \n\n""") }',
  '{ a(b: """\u00a0 x\n\u00a0 y""") }',
  '{ a(b: """\u2003x\n  \u2003y""") }',
  '{ a(b: """ends with a backslash \\\n""") }',
  '{ a(b: """😀""") }',
  '{ a(b: 0, c: -0, d: 0.0, e: -0.0e0, f: 1E5, g: 1e+5, h: 1e-5, i: 10, j: 9007199254740993, k: 0e00, l: 1.10) }',
  '{ a(b:[1"x"2$c]) }',
  '{ a(b:-1,c:[-1-2]) }',
  '\uFEFF{a}',
  '{\uFEFFa\uFEFF}',
  '\t{\ta\t}\r\n{\rb\n}',
  '#comment\n{a#comment\r#"\n}#',
  '{a} # 😀 é "unclosed',
  '# {\n{a}',
  '{a}{b}',
  '{a} query A {b} fragment C on D {e} mutation {f} subscription F {g}',
  'query A {a} query A {a}',
  'query Q($a: Int = 1 $b: Int, $c: Int) { a }',
  'query Q($a:Int!=1){a}',
  'query Q @a @a(b: $c) { a }',
  'mutation M($a: I!) @b { c(d: $a) { e } }',
  'subscription S($a: I!) @b { c(d: $a) { e } }',
  'fragment F on T @a(b: $c) @d { e ...G }',
  '"described" query Q { a }',
  '"""\nblock\n""" mutation M { a }',
  '"described" subscription { a }',
  '"described" query ("the variable" $a: Int, """block""" $b: Int = 1 @c) { a }',
  '"" fragment F on T { a }',
  '{ __typename __schema { types { name } } __type(name: "A") { __typename } }',
  '{ a(_: 1, __: 2, A1_: 3, _1: 4) { _ __ } }',
  '{ schema migrate define alter drop collection handler if not exists create add index unique data in set where }',
  'query schema { a } fragment migrate on define { alter }',
  '{ type: interface union enum input extend scalar directive implements }',
  `query Big($site: Site = MOBILE, $first: Int! = 10, $after: ID) @cached(seconds: 60) {
  whoever: node(id: [123, 456], flag: true) {
    id
    ... on User @defer(label: "user") {
      friends(first: $first, after: $after, where: { and: [{ a: { gt: 1 } }, { b: null }] }) @include(if: $flag) {
        edges { cursor node { ...Person @skip(if: false) } }
      }
    }
    ... @include(unless: $flag) { id }
    ... { id }
  }
}
fragment Person on User @internal { name(size: LARGE) address { street city } }`,
];

/** Type system definitions: graphql-js reads them, AQL has executable documents and blocks of its own only. */
export const typeSystemDocuments: readonly string[] = [
  'type T { a: Int }',
  'schema { query: Q }',
  'extend type T { a: Int }',
  'interface I { a: Int }',
  'union U = A | B',
  'enum E { A B }',
  'input I { a: Int = 1 }',
  'scalar S',
  'directive @a on FIELD',
  '"described" type T { a: Int }',
  '"described" schema { query: Q }',
  'extend schema @a',
];

/** Ours takes these on purpose, and graphql-js does not: engine/aql/README.md lists why. */
export const lenientDocuments: readonly string[] = [
  '',
  ' \n,# nothing\n',
  '{ a(b: { "c d": 1 }) }',
  '{ a(b: { "c": 1, """e""": 2 }) }',
  'query ($a: I = { "b": 1 }) { a }',
  'schema { }',
  'schema { define collection users { name: String! @unique } }',
  'schema { drop collection users }',
  'migrate { }',
  'migrate { "v1": { migrate data in users { set a = b + 1 } } }',
  '{ a } schema { define collection users { name: String } } query B { b }',
];
