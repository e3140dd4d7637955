import protobuf from 'protobufjs'

/** The published messages by a general protobuf library, as the judge of what is written by hand. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Empty {}
  message Status { int32 code = 1; string message = 2; }
  message ClientToServer {
    int64 stream_id = 1;
    oneof frame {
      NewStream new_stream = 2; MessageData request_message = 3; bytes more_request_data = 4;
      Empty half_close = 5; Empty cancel = 6; uint32 window_update = 7;
    }
  }
  message ServerToClient {
    int64 stream_id = 1;
    oneof frame {
      Metadata response_headers = 2; MessageData response_message = 3; bytes more_response_data = 4;
      CloseStream close_stream = 5; Settings settings = 6; uint32 window_update = 7;
    }
  }
  message Settings { repeated int32 supported_protocol_revisions = 1; uint32 initial_window_size = 2; }
  message NewStream {
    string method_name = 1; Metadata request_headers = 2; uint32 initial_window_size = 3; int32 protocol_revision = 4;
  }
  message MessageData { uint32 size = 1; bytes data = 2; }
  message CloseStream { Metadata response_trailers = 1; Status status = 2; }
  message Metadata { message Values { repeated string val = 1; } map<string, Values> md = 1; }
`)

export const clientToServer = root.lookupType('ClientToServer')
export const serverToClient = root.lookupType('ServerToClient')
