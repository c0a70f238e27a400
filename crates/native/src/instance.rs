//! An instance: the kernels with memory and threads of their own. It lives until it is closed, or until JavaScript has
//! none of its functions any more, or until JavaScript's thread ends; its threads have ended when it has.

use crate::call::{self, Job};
use crate::memory::Memory;
use kestirme_edge::Export;
use kestirme_edge::host::Host;
use kestirme_kernels::par::{Crew, with_crew};
use napi::bindgen_prelude::{Env, Error, Object, Result};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

const MOST_THREADS: f64 = 64.0;

/// All of it is used by JavaScript's thread only.
pub struct Instance {
    open: RefCell<Option<Open>>,
}

struct Open {
    host: Host,
    /// None: the calling thread works alone.
    crew: Option<Arc<Crew>>,
    memory: Memory,
}

pub const CLOSED: &str = "this instance of the native kernels is closed";

impl Instance {
    /// A panic is the caller's, and leaves the instance as good as before.
    pub fn call(&self, export: &Export, numbers: &[f64]) -> std::result::Result<f64, &'static str> {
        let open = self.open.borrow();
        let Some(Open { host, crew, memory }) = open.as_ref() else {
            // What is closed has freed its objects.
            return if export.frees { Ok(0.0) } else { Err(CLOSED) };
        };
        Ok(with_crew(crew.as_ref(), || host.call(export, memory.blocks(), numbers)))
    }

    pub fn with_memory<R>(
        &self,
        work: impl FnOnce(&mut Memory) -> std::result::Result<R, &'static str>,
    ) -> std::result::Result<R, &'static str> {
        work(&mut self.open.borrow_mut().as_mut().ok_or(CLOSED)?.memory)
    }

    pub fn close(&self) {
        let open = self.open.borrow_mut().take();
        if let Some(mut open) = open {
            open.memory.drop_all();
        }
    }
}

/// No two instances of a process have the same number, as long as there are not billions.
static NUMBER: AtomicU32 = AtomicU32::new(1);

pub fn open(env: &Env, threads: f64) -> Result<Object<'_>> {
    if !(1.0..=MOST_THREADS).contains(&threads) || threads.fract() != 0.0 {
        return Err(Error::from_reason(format!("open takes 1 to {MOST_THREADS} threads, not {threads}")));
    }
    let crew = if threads > 1.0 { Some(Crew::of_threads(threads as usize)) } else { None };
    let crew = crew.transpose().map_err(|error| {
        Error::from_reason(format!("the system gives no {threads} threads ({error}); take fewer (`threads`)"))
    })?;
    let host = Host::new(NUMBER.fetch_add(1, Relaxed));
    let open = Open { host, crew: crew.map(Arc::new), memory: Memory::new(env.raw()) };
    let instance = Rc::new(Instance { open: RefCell::new(Some(open)) });
    let object = Object::new(env)?;
    let jobs = exports().iter().map(|export| (export.name, Job::Kernel(export)));
    for (name, job) in jobs.chain([("hold", Job::Hold), ("drop", Job::Drop), ("close", Job::Close)]) {
        call::add(env, &object, name, job, &instance)?;
    }
    // Its functions hold the instance from here on.
    Ok(object)
}

fn exports() -> &'static [Export] {
    static EXPORTS: OnceLock<Vec<Export>> = OnceLock::new();
    EXPORTS.get_or_init(kestirme_edge::exports)
}
