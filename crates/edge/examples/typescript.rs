//! Prints packages/core/src/kernels/api.ts.

fn main() {
    print!("{}", kestirme_edge::typescript());
}
