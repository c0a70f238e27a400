//! The functions of an instance's object. A call of a kernel allocates nothing: napi-rs's own functions would.

use crate::instance::Instance;
use crate::panics;
use core::ffi::{CStr, c_void};
use core::ptr::{null, null_mut};
use kestirme_edge::Export;
use napi::bindgen_prelude::{Env, Error, FromNapiValue, Object, Result, Unknown};
use napi::sys;
use std::ffi::CString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// More arguments than any function has.
const MOST: usize = 20;
/// The error's `code` where a kernel panicked.
const PANIC: &CStr = c"KESTIRME_PANIC";

#[derive(Clone, Copy)]
pub enum Job {
    Kernel(&'static Export),
    Hold,
    Drop,
    Close,
}

/// What a function does, and with which instance; lives as long as the function.
struct Bound {
    job: Job,
    instance: Rc<Instance>,
}

pub fn add(env: &Env, object: &Object, name: &'static str, job: Job, instance: &Rc<Instance>) -> Result<()> {
    let data: *mut c_void = Box::into_raw(Box::new(Bound { job, instance: instance.clone() })).cast();
    let (raw, mut function) = (env.raw(), null_mut());
    let made = unsafe {
        let length = name.len() as isize;
        sys::napi_create_function(raw, name.as_ptr().cast(), length, Some(called), data, &mut function)
    };
    let kept = match made {
        sys::Status::napi_ok => unsafe {
            sys::napi_add_finalizer(raw, function, data, Some(freed), null_mut(), null_mut())
        },
        failed => failed,
    };
    if kept != sys::Status::napi_ok {
        drop(unsafe { Box::from_raw(data.cast::<Bound>()) });
        return Err(Error::from_reason(format!("Node makes no function {name} (status {kept})")));
    }
    let mut object = *object;
    object.set(name, unsafe { Unknown::from_napi_value(raw, function)? })
}

unsafe extern "C" fn freed(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    let bound = unsafe { Box::from_raw(data.cast::<Bound>()) };
    // The last one ends the threads. Nothing may unwind into Node.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(bound)));
}

/// Any function's callback. A panic is thrown to JavaScript as an error.
unsafe extern "C" fn called(env: sys::napi_env, info: sys::napi_callback_info) -> sys::napi_value {
    let (mut count, mut data, mut arguments) = (MOST, null_mut(), [null_mut(); MOST]);
    unsafe { sys::napi_get_cb_info(env, info, &mut count, arguments.as_mut_ptr(), null_mut(), &mut data) };
    let bound = unsafe { &*data.cast::<Bound>() };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let arguments = arguments.get(..count).ok_or("a native function got more arguments than any has")?;
        bound.run(env, arguments)
    }));
    match outcome {
        Ok(Ok(number)) => {
            let mut value = null_mut();
            unsafe { sys::napi_create_double(env, number, &mut value) };
            value
        }
        Ok(Err(words)) => fail(env, None, words),
        Err(panic) => fail(env, Some(PANIC), &panics::words(&*panic)),
    }
}

impl Bound {
    fn run(&self, env: sys::napi_env, arguments: &[sys::napi_value]) -> std::result::Result<f64, &'static str> {
        let Self { job, instance } = self;
        match *job {
            Job::Kernel(export) => {
                let mut numbers = [0.0; MOST];
                for (number, argument) in numbers.iter_mut().zip(arguments) {
                    *number = number_of(env, *argument)?;
                }
                instance.call(export, &numbers[..arguments.len()])
            }
            Job::Hold => {
                let [buffer] = arguments else { return Err("hold takes an ArrayBuffer") };
                instance.with_memory(|memory| memory.hold(*buffer)).map(|address| address as f64)
            }
            Job::Drop => {
                let [address] = arguments else { return Err("drop takes an address") };
                let address = number_of(env, *address)?;
                instance.with_memory(|memory| memory.drop(address as usize)).map(|()| 0.0)
            }
            Job::Close => {
                instance.close();
                Ok(0.0)
            }
        }
    }
}

fn number_of(env: sys::napi_env, value: sys::napi_value) -> std::result::Result<f64, &'static str> {
    let mut number = 0.0;
    let status = unsafe { sys::napi_get_value_double(env, value, &mut number) };
    if status == sys::Status::napi_ok { Ok(number) } else { Err("an argument of a native function is no number") }
}

fn fail(env: sys::napi_env, code: Option<&CStr>, words: &str) -> sys::napi_value {
    let message = CString::new(words.replace('\0', " ")).unwrap_or_default();
    unsafe { sys::napi_throw_error(env, code.map_or(null(), CStr::as_ptr), message.as_ptr()) };
    null_mut()
}
