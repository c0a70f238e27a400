//! The WebAssembly file in an interpreter that counts what it executes.

use std::fs;
use wasmi::{
    CompilationMode, Config, Engine, Error, ExternType, Func, Instance, Linker, Memory, Module, Store, Val, ValType,
};

/// Bytes by which a memory grows.
const PAGE: usize = 65_536;

pub struct Counted {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
}

/// What a call gave, and the instructions it executed.
pub struct Outcome {
    pub instructions: u64,
    pub values: Vec<f64>,
}

impl Counted {
    /// Instantiates the file; its imports, which only failures call, are refused at the call.
    pub fn open(path: &str) -> Result<Self, String> {
        let bytes = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        let mut config = Config::default();
        config.consume_fuel(true).compilation_mode(CompilationMode::Eager);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, &bytes[..]).map_err(|error| format!("{path}: {error}"))?;
        let mut store = Store::new(&engine, ());
        store.set_fuel(u64::MAX).map_err(text)?;
        let mut linker = Linker::new(&engine);
        for import in module.imports() {
            let ExternType::Func(ty) = import.ty() else {
                return Err(format!("{path} imports {}.{}, which is no function", import.module(), import.name()));
            };
            let name = import.name().to_string();
            // JavaScript's table of objects; no kernel has any.
            let harmless = name.contains("init_externref_table");
            let stub = Func::new(&mut store, ty.clone(), move |_, _, _| match harmless {
                true => Ok(()),
                false => Err(Error::new(format!("the module called {name}"))),
            });
            linker.define(import.module(), import.name(), stub).map_err(text)?;
        }
        let instance = linker.instantiate_and_start(&mut store, &module).map_err(text)?;
        let memory = instance.get_memory(&store, "memory").ok_or("the module exports no memory")?;
        Ok(Self { store, instance, memory })
    }

    /// Calls an export with numbers, each converted to the type of its parameter.
    pub fn call(&mut self, name: &str, arguments: &[f64]) -> Result<Outcome, String> {
        let func = self.instance.get_func(&self.store, name).ok_or(format!("there is no export {name}"))?;
        let ty = func.ty(&self.store);
        if ty.params().len() != arguments.len() {
            return Err(format!("{name} takes {} arguments, got {}", ty.params().len(), arguments.len()));
        }
        let arguments: Vec<Val> = ty.params().iter().zip(arguments).map(|(ty, value)| to_val(*ty, *value)).collect();
        let mut results: Vec<Val> = ty.results().iter().map(|ty| Val::default(*ty)).collect();
        self.store.set_fuel(u64::MAX).map_err(text)?;
        func.call(&mut self.store, &arguments, &mut results).map_err(|error| format!("{name}: {error}"))?;
        let left = self.store.get_fuel().map_err(text)?;
        Ok(Outcome { instructions: u64::MAX - left, values: results.iter().map(from_val).collect() })
    }

    /// Puts the bytes of a file at the start of the memory.
    pub fn load(&mut self, path: &str) -> Result<(), String> {
        let bytes = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        let missing = bytes.len().saturating_sub(self.memory.data_size(&self.store)).div_ceil(PAGE);
        self.memory.grow(&mut self.store, missing as u64).map_err(text)?;
        self.memory.write(&mut self.store, 0, &bytes).map_err(text)
    }

    pub fn read_word(&self, address: usize) -> Result<u32, String> {
        let mut bytes = [0; 4];
        self.memory.read(&self.store, address, &mut bytes).map_err(text)?;
        Ok(u32::from_le_bytes(bytes))
    }

    pub fn write_words(&mut self, address: usize, words: impl Iterator<Item = u32>) -> Result<(), String> {
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        self.memory.write(&mut self.store, address, &bytes).map_err(text)
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn to_val(ty: ValType, value: f64) -> Val {
    match ty {
        ValType::I32 => Val::I32(value as i64 as i32),
        ValType::I64 => Val::I64(value as i64),
        ValType::F32 => Val::from(value as f32),
        _ => Val::from(value),
    }
}

fn from_val(value: &Val) -> f64 {
    match value {
        Val::I32(value) => f64::from(*value as u32),
        Val::I64(value) => *value as f64,
        Val::F32(value) => f64::from(value.to_float()),
        Val::F64(value) => value.to_float(),
        _ => f64::NAN,
    }
}
