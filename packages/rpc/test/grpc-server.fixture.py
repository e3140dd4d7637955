# A foreign server: the C core of gRPC answers each kind of method, and reflection of the older version, which gives
# the files of a schema one by one. Prints its port.
import sys
import time
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

pool = descriptor_pool.DescriptorPool()
files = {}


def add(name, package, build, *dependencies):
    file = descriptor_pb2.FileDescriptorProto(name=name, package=package, syntax='proto3')
    file.dependency.extend(dependencies)
    build(file)
    pool.Add(file)
    files[name] = file


def field(message, name, number, kind, label=1, type_name=None):
    message.field.add(name=name, number=number, type=kind, label=label, type_name=type_name)


def num(file):
    message = file.message_type.add(name='Num')
    field(message, 'value', 1, 5)
    field(message, 'data', 2, 12)


def numbers(file):
    service = file.service.add(name='Numbers')
    for name, many_requests, many_responses in [
            ('Double', False, False), ('Sum', True, False), ('Count', False, True), ('Each', True, True)]:
        service.method.add(name=name, input_type='.test.Num', output_type='.test.Num',
                           client_streaming=many_requests, server_streaming=many_responses)


def reflection(file):
    request = file.message_type.add(name='ServerReflectionRequest')
    for name, number in [('file_by_filename', 3), ('file_containing_symbol', 4), ('list_services', 7)]:
        field(request, name, number, 9)
        request.field[-1].oneof_index = 0
    request.oneof_decl.add(name='message_request')
    field(file.message_type.add(name='Files'), 'file', 1, 12, 3)
    field(file.message_type.add(name='Named'), 'name', 1, 9)
    field(file.message_type.add(name='Services'), 'service', 1, 11, 3, '.grpc.reflection.v1alpha.Named')
    error = file.message_type.add(name='Error')
    field(error, 'code', 1, 5)
    field(error, 'message', 2, 9)
    response = file.message_type.add(name='ServerReflectionResponse')
    for name, number, kind in [('files', 4, 'Files'), ('services', 6, 'Services'), ('error', 7, 'Error')]:
        field(response, name, number, 11, 1, '.grpc.reflection.v1alpha.' + kind)


add('num.proto', 'test', num)
add('numbers.proto', 'test', numbers, 'num.proto')
add('reflection.proto', 'grpc.reflection.v1alpha', reflection)


def type_of(name):
    descriptor = pool.FindMessageTypeByName(name)
    if hasattr(message_factory, 'GetMessageClass'):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


Num = type_of('test.Num')
Request = type_of('grpc.reflection.v1alpha.ServerReflectionRequest')
Response = type_of('grpc.reflection.v1alpha.ServerReflectionResponse')


def double(request, context):
    if request.value == 0:
        context.set_trailing_metadata((('hint', 'try 1'),))
        context.abort(grpc.StatusCode.NOT_FOUND, 'no 0')
    if request.value == 99:
        time.sleep(5)
    metadata = dict(context.invocation_metadata())
    if 'tag' in metadata:
        context.send_initial_metadata((('echo', metadata['tag']),))
        context.set_trailing_metadata((('back-bin', metadata['token-bin']), ('left', str(context.time_remaining() < 60))))
    return Num(value=request.value * 2, data=request.data)


def total(requests, context):
    return Num(value=sum(each.value for each in requests))


def count(request, context):
    for value in range(1, request.value + 1):
        if not context.is_active():
            return
        yield Num(value=value)


def each(requests, context):
    for request in requests:
        yield Num(value=request.value * 10)


def info(requests, context):
    for request in requests:
        response = Response()
        if request.WhichOneof('message_request') == 'list_services':
            response.services.service.add(name='test.Numbers')
        elif request.file_by_filename in files:
            response.files.file.append(files[request.file_by_filename].SerializeToString())
        elif request.file_containing_symbol == 'test.Numbers':
            response.files.file.append(files['numbers.proto'].SerializeToString())
        else:
            response.error.code = 5
            response.error.message = 'there is no such symbol'
        yield response


def coded(make, handler, request):
    return make(handler, request_deserializer=request.FromString,
                response_serializer=lambda response: response.SerializeToString())


server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
server.add_generic_rpc_handlers((
    grpc.method_handlers_generic_handler('test.Numbers', {
        'Double': coded(grpc.unary_unary_rpc_method_handler, double, Num),
        'Sum': coded(grpc.stream_unary_rpc_method_handler, total, Num),
        'Count': coded(grpc.unary_stream_rpc_method_handler, count, Num),
        'Each': coded(grpc.stream_stream_rpc_method_handler, each, Num),
    }),
    grpc.method_handlers_generic_handler('grpc.reflection.v1alpha.ServerReflection', {
        'ServerReflectionInfo': coded(grpc.stream_stream_rpc_method_handler, info, Request),
    }),
))
port = server.add_insecure_port('127.0.0.1:0')
server.start()
print(port, flush=True)
sys.stdin.read()
