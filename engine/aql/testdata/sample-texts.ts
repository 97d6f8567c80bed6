/** Texts that parse: what the language's description shows, and what GraphQL's own parsers test with. */
export const sampleTexts: readonly string[] = [
  `query { users(where: { age: { gt: 25 } }, orderBy: { age: DESC }, limit: 10) { name email age } }`,
  `schema {
    define collection users {
        username:   String!  @unique
        email:      String   @unique
        age:        Int      @indexed
        balance:    Float    @default(value: 0)
        active:     Boolean
        tags:       [String] @indexed
        address:    Object
        team_id:    Uuid     @indexed @references(collection: "teams")
        created_at: DateTime @default(now: true)
    }
    define collection if not exists teams @open @index(fields: ["a", "b"], unique: true) { name: String! = "x" }
    alter collection users { add nickname: String }
    define handler "welcome" { on: "insert users", action: { enqueueJob(jobType: "w") { id } } }
    drop handler "welcome"
    drop collection old_things
    drop collection if exists others
    drop collection others if exists
}`,
  `mutation {
    insertInto(collection: "users", data: {
        username: "alice",
        email:    "alice@example.com",
        tags:     ["rust", "databases"]
    }) { id }
    many: insertInto(collection: "users", data: [ { username: "bob" }, { username: "eve" } ]) { id username }
    update(collection: "users", data: { active: false, age: { increment: 1 } }, where: { email: { eq: "a@b.c" } }) { id username }
    deleteFrom(collection: "orders", where: { status: { eq: "cancelled" } }) { id }
    enqueueJob(jobType: "send_email", payload: { to: "a@b.c" }, priority: HIGH, maxRetries: 3) { id }
}`,
  `# who
query Page($min: Int = 18) { # how many
    people: users(
        where: { and: [ { role: { eq: "admin" } }, { age: { gte: $min } } ] "address.city": "Rome" },
        orderBy: [ { age: DESC }, { username: ASC } ],
        limit: 20, offset: 0
    ) { id username age address { city } ...More } # done

    # the rest
    users(first: 10, after: "<cursor-id>") { edges { cursor node { username } } pageInfo { hasNextPage } }
}
fragment More on users { tags active }`,
  `migrate {
    "v1.1.0": {
        create collection teams { name: String! }
        alter collection users { add age: Int @indexed drop legacy rename login to username modify score: Float }
        migrate data in users { set role = "admin" where { email: { endsWith: "@internal.com" } } set total = price * (qty + 1) - 2 / x }
    }
}`,
  `schema {
    alter collection users { add a: Int = 3 @indexed, drop b, rename c to d, modify e: [Float!]! add index (city, address.street) unique drop index(a b) }
    alter collection users { add index: Int drop index rename index to add modify drop: Int }
    define handler "x" { action: { update(collection: "a", data: { n: $_id }, where: {}) { id } } on: "update users" }
}
migrate {
    "v1": { create collection if not exists t @open { a: Int }
        # data
        migrate data in users { set total = price*(qty+1)-2/x set a = b -1 set c=- 1 set c = -(1) set d = coalesce(a, -1) + [1, -2, x y]
            set e = {a: b+1, "q r": - x} where {a:{gt:-1}} set f = if(a.b == 1, a!=2, b<=3) # eq
            set g.h = concat(lower(a), trim( b ), "a long string to break the line somewhere", "and another one of those")
            set i = a > b set j = a >= b set k = a < b set l = true set m = null set set = where where {} }
        drop collection old if exists } """v2""": {} }
"doc" query Q("the id" $a: Int, """b""" $b: String) { where { id } add index (a: 1) }
"""
doc
""" fragment F on x { y(a: [[1 2] {b: 3}]) @a @b(c: 1) ... @x { y } ... on T { z } ...F ... { a } }`,
  `query queryName($foo: ComplexType, $site: Site = MOBILE) @onQuery {
  whoever123is: node(id: [123, 456]) {
    id
    ... on User @onInlineFragment {
      field2 {
        id
        alias: field1(first: 10, after: $foo) @include(if: $foo) {
          id
          ...frag @onFragmentSpread
        }
      }
    }
    ... @skip(unless: $foo) { id }
    ... { id }
  }
}
mutation likeStory @onMutation { like(story: 123) @onField { story { id @onField } } }
subscription StoryLikeSubscription($input: StoryLikeSubscribeInput @onVariableDefinition) @onSubscription {
  storyLikeSubscribe(input: $input) { story { likers { count } likeSentence { text } } }
}
fragment frag on Friend @onFragmentDefinition {
  foo(size: $size, bar: $b, obj: { key: "value", block: """
    block string uses \\"""
    """ })
}
{ unnamed(truthy: true, falsy: false, nullish: null) query }
query { __typename }`,
];

/** Words that mean something somewhere, and must be usable as names everywhere else. */
export const everyWord: readonly string[] = [
  'query', 'mutation', 'subscription', 'fragment', 'on', 'schema', 'migrate', 'define', 'alter',
  'drop', 'collection', 'handler', 'if', 'not', 'exists', 'true', 'false', 'null', 'create', 'add',
  'rename', 'modify', 'index', 'data', 'in', 'set', 'where', 'to', 'unique', 'action', 'and', 'or', 'eq', 'String', 'DESC',
  'queryable', 'onward', 'nullable', 'truely', '_', '__typename', 'collections', 'DELETED',
];
