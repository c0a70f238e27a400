/// Changes whenever an export changes its meaning; checked when the module is loaded.
pub fn abi_version() -> u32 {
    10
}
