//! kestirme-kernels
