//! kestirme-wasm
