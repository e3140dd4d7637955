# A foreign client that knows nothing but how to ask: it finds a service by reflection, builds its messages
# from the descriptors with protobuf's own library, and calls it. Prints what it found, as JSON.
import json
import sys
import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

port, version = sys.argv[1:]
channel = grpc.insecure_channel('127.0.0.1:' + port)


def fields(data):
    """The fields of a message that have a length."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        value, at = varint(data, at)
        if tag & 7 == 2:
            yield tag >> 3, data[at:at + value]
            at += value


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def ask(field, text):
    request = bytes([field << 3 | 2, len(text)]) + text.encode()
    call = channel.stream_stream('/grpc.reflection.%s.ServerReflection/ServerReflectionInfo' % version)
    return next(iter(call(iter([request]))))


def files(response):
    return [each for number, part in fields(response) if number == 4 for _, each in fields(part)]


services = [name.decode() for number, part in fields(ask(7, '*')) if number == 6
            for _, service in fields(part) for _, name in fields(service)]
pool = descriptor_pool.DescriptorPool()
waiting = [descriptor_pb2.FileDescriptorProto.FromString(each) for each in files(ask(4, 'shop.v1.Catalog'))]
names = sorted(each.name for each in waiting)
added = set()
while waiting:
    for each in list(waiting):
        if all(name in added for name in each.dependency):
            pool.Add(each)
            added.add(each.name)
            waiting.remove(each)
method = pool.FindServiceByName('shop.v1.Catalog').methods_by_name['GetBook']
prototype = message_factory.MessageFactory(pool).GetPrototype
request, response = prototype(method.input_type), prototype(method.output_type)
book = request(book_id=7, kind='NOVEL', price_by_shop={'here': 3}, title='Emma')
book.printed.seconds = 5
book.inner.add(deep=-1)
answer = channel.unary_unary('/shop.v1.Catalog/GetBook', request.SerializeToString, response.FromString)(book)
print(json.dumps({
    'services': sorted(services),
    'files': names,
    'byName': len(files(ask(3, names[-1]))),
    'nothing': [len(files(ask(4, 'shop.v1.None'))), len(files(ask(3, 'none.proto')))],
    'presence': [field.name for field in method.input_type.fields if field.has_presence],
    'answer': [answer.book_id, answer.kind, dict(answer.price_by_shop), answer.title, answer.printed.seconds,
               [each.deep for each in answer.inner]],
}))
