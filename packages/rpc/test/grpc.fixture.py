# A foreign client: the C core of gRPC calls each kind of method and prints what it got, as JSON.
import json
import sys
import grpc

port = sys.argv[1]
channel = grpc.insecure_channel('127.0.0.1:' + port)
path = '/test.Numbers/'
answers = {}


def num(value):
    return b'\x08' + bytes([value])


def failure(error):
    return [error.code().name, error.details()]


response, call = channel.unary_unary(path + 'Double').with_call(
    num(21), metadata=(('tag', 'zoe'), ('token-bin', b'\x00\xff')))
answers['unary'] = list(response)
answers['headers'] = dict(call.initial_metadata())['echo']
answers['trailers'] = list(dict(call.trailing_metadata())['back-bin'])
answers['sum'] = list(channel.stream_unary(path + 'Sum')(iter([num(1), num(2), num(3)])))
answers['count'] = [list(each) for each in channel.unary_stream(path + 'Count')(num(3))]
answers['each'] = [list(each) for each in channel.stream_stream(path + 'Each')(iter([num(5), num(6)]))]
answers['empty'] = [list(each) for each in channel.stream_stream(path + 'Each')(iter([]))]
large = b'\x12' + b'\x80\x80\x40' + bytes(1024 * 1024)
answers['large'] = len(channel.unary_unary(path + 'Double')(large + num(4)))
try:
    channel.unary_unary(path + 'Double')(num(0))
except grpc.RpcError as error:
    answers['failed'] = failure(error) + [dict(error.trailing_metadata())['hint']]
try:
    channel.unary_unary(path + 'Double')(num(99), timeout=2)
except grpc.RpcError as error:
    answers['late'] = failure(error)[0]
try:
    channel.unary_unary(path + 'None')(num(1))
except grpc.RpcError as error:
    answers['nobody'] = failure(error)[0]
responses = channel.unary_stream(path + 'Count')(num(100))
next(responses)
responses.cancel()
check = channel.unary_unary('/grpc.health.v1.Health/Check')
answers['health'] = list(check(b''))
try:
    check(b'\x0a\x01x')
except grpc.RpcError as error:
    answers['unhealthy'] = failure(error)[0]
print(json.dumps(answers))
