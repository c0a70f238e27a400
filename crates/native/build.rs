fn main() {
    napi_build::setup();
    // napi-build says it for glibc. Threads that end late, and destructors of theirs, need the code to stay.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
