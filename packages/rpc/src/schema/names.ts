import protobuf from 'protobufjs'

/** What a schema gives a name to that others use: a message, an enumeration, a service. */
export type Declared = protobuf.Type | protobuf.Enum | protobuf.Service

/** Whether an object of a schema is such a thing, and not the namespace that it lies in. */
export function isDeclaredByName(object: protobuf.ReflectionObject): object is Declared {
  return (
    object instanceof protobuf.Type ||
    object instanceof protobuf.Enum ||
    object instanceof protobuf.Service
  )
}

/** All services of a schema, with their packages. */
export function servicesIn(namespace: protobuf.NamespaceBase): string[] {
  return namespace.nestedArray.flatMap((each) => {
    if (each instanceof protobuf.Service) return [each.fullName.slice(1)]
    return each instanceof protobuf.Namespace ? servicesIn(each) : []
  })
}
