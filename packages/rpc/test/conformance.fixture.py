# Protobuf's own library as the judge. Each case is a schema as a descriptor, and messages as bytes; of each
# message it says what it reads, as protobuf's JSON, and writes it again.
import base64
import json
import sys
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

answers = []
for case in json.load(sys.stdin):
    pool = descriptor_pool.DescriptorPool()
    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(case['file'])))
    factory = message_factory.MessageFactory(pool)
    prototype = factory.GetPrototype(pool.FindMessageTypeByName('test.Message'))
    read = []
    for text in case['messages']:
        message = prototype.FromString(base64.b64decode(text))
        read.append({
            'json': json.loads(json_format.MessageToJson(message)),
            'bytes': base64.b64encode(message.SerializeToString()).decode(),
            'unknown': len(message.UnknownFields()),
        })
    answers.append(read)
json.dump(answers, sys.stdout)
