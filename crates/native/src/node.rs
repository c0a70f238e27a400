//! The way into Node: its C interface (Node-API), as much of it as is needed. Node itself brings these functions.

use crate::{memory, threads};
use core::ffi::{c_char, c_int, c_void};
use core::ptr::{null, null_mut};
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};

type Env = *mut c_void;
type Value = *mut c_void;
type Info = *mut c_void;
type Callback = unsafe extern "C" fn(Env, Info) -> Value;
type Finalize = unsafe extern "C" fn(Env, *mut c_void, *mut c_void);

type Call = Box<dyn Fn(&[f64]) -> f64>;

unsafe extern "C" {
    fn napi_create_function(
        env: Env,
        name: *const c_char,
        len: usize,
        callback: Callback,
        data: *mut c_void,
        result: *mut Value,
    ) -> c_int;
    fn napi_set_named_property(env: Env, object: Value, name: *const c_char, value: Value) -> c_int;
    fn napi_get_cb_info(
        env: Env,
        info: Info,
        count: *mut usize,
        arguments: *mut Value,
        this: *mut Value,
        data: *mut *mut c_void,
    ) -> c_int;
    fn napi_get_value_double(env: Env, value: Value, result: *mut f64) -> c_int;
    fn napi_create_double(env: Env, value: f64, result: *mut Value) -> c_int;
    fn napi_create_external_arraybuffer(
        env: Env,
        data: *mut c_void,
        len: usize,
        finalize: Option<Finalize>,
        hint: *mut c_void,
        result: *mut Value,
    ) -> c_int;
    fn napi_throw_error(env: Env, code: *const c_char, message: *const c_char) -> c_int;
}

/// Called by Node when it loads the addon: `memory`, and a function for each call.
///
/// # Safety
/// For Node only.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn napi_register_module_v1(env: Env, exports: Value) -> Value {
    let mut buffer = null_mut();
    let at = memory::start().cast();
    let made = unsafe { napi_create_external_arraybuffer(env, at, memory::BYTES, None, null_mut(), &mut buffer) };
    if made != 0 {
        return fail(env, &format!("Node makes no ArrayBuffer of the native memory (status {made})"));
    }
    unsafe { napi_set_named_property(env, exports, c"memory".as_ptr(), buffer) };
    for export in kestirme_edge::exports() {
        add(env, exports, export.name, Box::new(export.call));
    }
    let release = |_: &[f64]| {
        memory::release();
        0.0
    };
    let start_pool = |numbers: &[f64]| {
        threads::start_pool(numbers[0] as usize);
        0.0
    };
    let stop_pool = |_: &[f64]| {
        threads::stop_pool();
        0.0
    };
    add(env, exports, "reserve", Box::new(|numbers| memory::reserve(numbers[0] as usize) as f64));
    add(env, exports, "release", Box::new(release));
    add(env, exports, "startPool", Box::new(start_pool));
    add(env, exports, "stopPool", Box::new(stop_pool));
    exports
}

fn add(env: Env, exports: Value, name: &str, call: Call) {
    let name = CString::new(name).expect("a name without zeros");
    // The functions live as long as the process, like the addon.
    let data = Box::into_raw(Box::new(call)).cast();
    let mut function = null_mut();
    unsafe {
        napi_create_function(env, name.as_ptr(), name.as_bytes().len(), called, data, &mut function);
        napi_set_named_property(env, exports, name.as_ptr(), function);
    }
}

/// Any function's callback: `data` says which it is. A panic is thrown to JavaScript as an error.
unsafe extern "C" fn called(env: Env, info: Info) -> Value {
    let (mut count, mut data) = (0, null_mut());
    unsafe { napi_get_cb_info(env, info, &mut count, null_mut(), null_mut(), &mut data) };
    let mut arguments = vec![null_mut(); count];
    unsafe { napi_get_cb_info(env, info, &mut count, arguments.as_mut_ptr(), null_mut(), null_mut()) };
    let mut numbers = vec![0.0; count];
    for (place, argument) in arguments.into_iter().enumerate() {
        if unsafe { napi_get_value_double(env, argument, &mut numbers[place]) } != 0 {
            return fail(env, &format!("argument {place} of a native function is no number"));
        }
    }
    let call = unsafe { &*data.cast::<Call>() };
    match catch_unwind(AssertUnwindSafe(|| call(&numbers))) {
        Ok(number) => {
            let mut value = null_mut();
            unsafe { napi_create_double(env, number, &mut value) };
            value
        }
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            fail(env, text.unwrap_or("a native kernel failed"))
        }
    }
}

fn fail(env: Env, message: &str) -> Value {
    let message = CString::new(message).unwrap_or_default();
    unsafe { napi_throw_error(env, null(), message.as_ptr()) };
    null_mut()
}
