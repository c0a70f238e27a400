//! The words of a panic, which goes to JavaScript as an error and to nobody's standard error.

use std::any::Any;
use std::panic;
use std::sync::{Mutex, Once};

static LAST: Mutex<String> = Mutex::new(String::new());
static ONCE: Once = Once::new();

/// Keeps the words of panics of this library, in any thread, in place of writing them down.
pub fn keep_words() {
    ONCE.call_once(|| {
        panic::set_hook(Box::new(|info| {
            *LAST.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = info.to_string();
        }));
    });
}

/// What a panic says, and where it was: of engines that fail at the same time, only one may know.
pub fn words(panic: &(dyn Any + Send)) -> String {
    let fixed = panic.downcast_ref::<&str>().map(|words| words.to_string());
    let own = panic.downcast_ref::<String>().cloned().or(fixed).unwrap_or_else(|| "a kernel failed".into());
    let last = LAST.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
    if last.ends_with(&own) { last } else { own }
}
