/** unpdf's types name an optional package that draws pages; nothing here draws. */
declare module '@napi-rs/canvas' {
  export type Canvas = never;
  export type SKRSContext2D = never;
}
