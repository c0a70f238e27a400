//! kestirme-reference
