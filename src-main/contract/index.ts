/** The door of the contract between page and host: types, envelope, and the two protocol ends. Imports nothing. */
export type { Channel, ChannelListener } from './channel.ts';
export { type ClientMessage, type HostMessage, protocolVersion } from './envelope.ts';
export {
  type DesktopHandover,
  handoverChannel,
  handoverGlobal,
  handoverMessage,
} from './handover.ts';
export type { MethodName, Methods, Params, Result } from './methods.ts';
export type { TopicEvent, TopicName, TopicParams, Topics } from './topics.ts';
export type {
  CatalogInfo,
  CollectionInfo,
  ColumnBatch,
  DatabaseId,
  DatabaseInfo,
  DatabaseList,
  FieldInfo,
  HostInfo,
  IndexInfo,
  RecentDatabase,
  ResultColumn,
  ResultHead,
  ResultPart,
  ResultSummary,
  WireDiagnostic,
  WireErrorShape,
  WireFieldType,
  WireScalarType,
  WireSpan,
  WireValue,
} from './wire-types.ts';
