/** What of google/protobuf/descriptor.proto a schema read here can say; names and numbers are the published ones. */
export const descriptorSchema = `
  syntax = "proto2";
  package google.protobuf;
  message FileDescriptorProto {
    optional string name = 1; optional string package = 2; repeated string dependency = 3;
    repeated DescriptorProto message_type = 4; repeated EnumDescriptorProto enum_type = 5;
    repeated ServiceDescriptorProto service = 6; optional string syntax = 12;
  }
  message DescriptorProto {
    optional string name = 1; repeated FieldDescriptorProto field = 2; repeated DescriptorProto nested_type = 3;
    repeated EnumDescriptorProto enum_type = 4; optional MessageOptions options = 7;
    repeated OneofDescriptorProto oneof_decl = 8;
  }
  message MessageOptions { optional bool map_entry = 7; }
  message OneofDescriptorProto { optional string name = 1; }
  message FieldDescriptorProto {
    optional string name = 1; optional int32 number = 3; optional int32 label = 4; optional int32 type = 5;
    optional string type_name = 6; optional FieldOptions options = 8; optional int32 oneof_index = 9;
    optional string json_name = 10; optional bool proto3_optional = 17;
  }
  message FieldOptions { optional bool packed = 2; }
  message EnumDescriptorProto {
    optional string name = 1; repeated EnumValueDescriptorProto value = 2; optional EnumOptions options = 3;
  }
  message EnumOptions { optional bool allow_alias = 2; }
  message EnumValueDescriptorProto { optional string name = 1; optional int32 number = 2; }
  message ServiceDescriptorProto { optional string name = 1; repeated MethodDescriptorProto method = 2; }
  message MethodDescriptorProto {
    optional string name = 1; optional string input_type = 2; optional string output_type = 3;
    optional MethodOptions options = 4; optional bool client_streaming = 5; optional bool server_streaming = 6;
  }
  message MethodOptions { optional int32 idempotency_level = 34; }
`
