//! The kernels as native code for Node to load as an addon: the TypeScript that trains on WebAssembly then trains on this,
//! and has to get the same bits. The functions are those of `kestirme-edge`; here are memory, threads and the way into
//! Node. Addresses are as in WebAssembly: numbers that count from the start of one [`memory`].

mod memory;
mod node;
mod threads;
