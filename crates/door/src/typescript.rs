//! The TypeScript in front of the exports: names, types, and classes that hold an object's address.

use crate::parse::{Class, Enum, Function, Module, camel, symbol};
use quote::ToTokens;
use syn::Type;

const HEAD: &str = "/**
 * The kernels' functions and classes, which npm run build:wasm makes from the Rust of crates/edge: change them there.
 * Addresses and sizes are numbers; so are objects, behind their classes.
 */

/** The functions of the module, by name. */
export type Exports = Record<string, (...values: number[]) => number>;

const unsigned = (value: number): number => (value < 0 ? value + 2 ** 32 : value);

/** Frees an object that its holders have forgotten, so that nobody can any more. */
const freedBy = (free: (handle: number) => number) => new FinalizationRegistry<number>((handle) => void free(handle));
";

pub fn text(modules: &[Module]) -> String {
    let mut functions: Vec<_> = modules.iter().flat_map(|module| &module.functions).collect();
    let mut classes: Vec<_> = modules.iter().flat_map(|module| &module.classes).collect();
    let enums: Vec<_> = modules.iter().flat_map(|module| &module.enums).collect();
    functions.sort_by_key(|function| function.symbol.clone());
    classes.sort_by_key(|class| class.ident.to_string());
    let enums: String = enums.into_iter().map(of_enum).collect();
    let declared: String = classes.iter().map(|class| of_class(class)).collect();
    let found: String = functions.iter().map(|function| found(&function.symbol)).collect();
    let names: String = classes.iter().map(|class| format!("    {},\n", class.ident)).collect();
    let functions: String = functions.into_iter().map(of_function).collect();
    let types: String =
        classes.iter().map(|class| format!("export type {0} = InstanceType<Api['{0}']>;\n", class.ident)).collect();
    format!(
        "{HEAD}{enums}\n/** Puts names and classes in front of a module's exports. */\n\
         export function bindApi(exports: Exports) {{\n{EXPORT}\n{found}{declared}  return {{\n{names}{functions}  }};\n}}\n\n\
         export type Api = ReturnType<typeof bindApi>;\n{types}"
    )
}

const EXPORT: &str = "  const named = (name: string) => {
    const found = exports[name];
    if (found === undefined) throw new Error(`the kernels have no ${name}: run npm run build:wasm`);
    return found;
  };
";

fn of_enum(of: &Enum) -> String {
    let Enum { ident, variants, .. } = of;
    let values: Vec<_> = variants.iter().enumerate().map(|(number, variant)| format!("{variant}: {number}")).collect();
    let (docs, values) = (docs(&of.docs, ""), values.join(", "));
    format!(
        "\n{docs}export const {ident} = {{ {values} }} as const;\n\
         export type {ident} = (typeof {ident})[keyof typeof {ident}];\n"
    )
}

fn of_class(class: &Class) -> String {
    let name = &class.ident;
    let lower = name.to_string().to_lowercase();
    let exports = [&class.constructor].into_iter().chain(&class.methods);
    let free = symbol(name, "free");
    let objects = format!("  const {lower}_objects = freedBy({free});\n");
    let found: String = exports.map(|export| found(&export.symbol)).chain([found(&free), objects]).collect();
    let methods: String = class.methods.iter().map(of_method).collect();
    let (parameters, values) = (parameters(&class.constructor), values(&class.constructor));
    format!(
        "\n{found}{docs}  class {name} {{\n    readonly handle: number;\n\
         {constructor}    constructor({parameters}) {{\n      this.handle = {symbol}({values});\n      \
         {lower}_objects.register(this, this.handle, this);\n    }}\n    \
         /** No other method may be called afterwards; a second time does nothing. */\n    free(): void {{\n      \
         if ({lower}_objects.unregister(this)) {free}(this.handle);\n    }}\n{methods}  }}\n",
        docs = docs(&class.docs, "  "),
        constructor = docs(&class.constructor.docs, "    "),
        symbol = class.constructor.symbol,
    )
}

fn found(symbol: &str) -> String {
    format!("  const {symbol} = named('{symbol}');\n")
}

fn of_method(method: &Function) -> String {
    let name = camel(&method.ident.to_string());
    let (docs, result) = (docs(&method.docs, "    "), result(method));
    let values = values(method);
    let values = if values.is_empty() { "this.handle".into() } else { format!("this.handle, {values}") };
    let body = outcome(method, &format!("{}({values})", method.symbol));
    let get = if method.is_property() { "get " } else { "" };
    format!("{docs}    {get}{name}({}): {result} {{\n      {body};\n    }}\n", parameters(method))
}

fn of_function(function: &Function) -> String {
    let Function { symbol, .. } = function;
    let (docs, parameters, result) = (docs(&function.docs, "    "), parameters(function), result(function));
    let body = outcome(function, &format!("{symbol}({})", values(function)));
    format!("{docs}    {symbol}({parameters}): {result} {{\n      {body};\n    }},\n")
}

fn parameters(function: &Function) -> String {
    let all: Vec<_> =
        function.arguments.iter().map(|(name, kind)| format!("{}: {}", camel(&name.to_string()), of(kind))).collect();
    all.join(", ")
}

fn values(function: &Function) -> String {
    let all: Vec<_> = function
        .arguments
        .iter()
        .map(|(name, kind)| match (camel(&name.to_string()), of(kind).as_str()) {
            (name, "boolean") => format!("Number({name})"),
            (name, _) => name,
        })
        .collect();
    all.join(", ")
}

fn of(kind: &Type) -> String {
    match kind.to_token_stream().to_string().as_str() {
        "bool" => "boolean".into(),
        "f32" | "f64" | "i32" | "u32" | "usize" => "number".into(),
        pointer if pointer.starts_with('*') => "number".into(),
        other => other.into(),
    }
}

fn result(function: &Function) -> String {
    function.result.as_ref().map_or_else(|| "void".into(), of)
}

fn outcome(function: &Function, call: &str) -> String {
    let Some(kind) = &function.result else { return call.into() };
    match kind.to_token_stream().to_string().as_str() {
        "bool" => format!("return {call} !== 0"),
        "f32" | "f64" | "i32" => format!("return {call}"),
        // WebAssembly's 32-bit numbers come with a sign.
        _ => format!("return unsigned({call})"),
    }
}

fn docs(lines: &[String], indent: &str) -> String {
    match lines {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines: String = lines.iter().map(|line| format!("{indent} * {line}\n")).collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}
