//! The committed TypeScript is what the present Rust gives.

#[test]
fn the_committed_file_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packages/core/src/kernels/api.ts");
    let committed = std::fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == kestirme_edge::typescript(), "{path} is not that of crates/edge: run npm run build:wasm");
}
