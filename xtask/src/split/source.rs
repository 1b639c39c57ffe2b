//! Reads what of a module is needed to divide it.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use wasm_encoder::Instruction;
use wasm_encoder::reencode::{self, Error, Reencode};
use wasmparser::{
    DataKind, ElementItems, ElementKind, FunctionBody, Name, Operator, Parser, Payload, TypeRef,
};

/// A module, read.
#[derive(Default)]
pub struct Source<'a> {
    /// Sections as they are, in order, by their numbers.
    pub sections: Vec<(u8, &'a [u8])>,
    /// How many functions are imported.
    pub imported: u32,
    /// For each function its type, imported ones first.
    pub types: Vec<u32>,
    /// For each type how many values it takes.
    pub takes: Vec<u32>,
    /// What functions are called.
    pub names: BTreeMap<u32, &'a str>,
    /// Its tables.
    pub tables: Vec<wasmparser::TableType>,
    /// Its memories.
    pub memories: Vec<wasmparser::MemoryType>,
    /// Its globals.
    pub globals: Vec<wasmparser::GlobalType>,
    /// What it exports.
    pub exports: Vec<wasmparser::Export<'a>>,
    /// The function that is called as the module begins.
    pub start: Option<u32>,
    /// Whether something else than functions in the first table is put into a table.
    pub has_odd_elements: bool,
    /// Functions in the first table: where they begin, and which.
    pub elements: Vec<(u32, Vec<u32>)>,
    /// The code of functions that are not imported.
    pub bodies: Vec<FunctionBody<'a>>,
    /// For each body which functions it names.
    pub calls: Vec<BTreeSet<u32>>,
    /// For each body the numbers in it that could be addresses.
    pub numbers: Vec<BTreeSet<u32>>,
    /// What stands in memory as the module begins: where, and what, in this order.
    pub segments: Vec<(u32, &'a [u8])>,
    /// Whether something else is put into memory.
    pub has_odd_segments: bool,
}

impl<'a> Source<'a> {
    /// Reads a module.
    pub fn read(module: &'a [u8]) -> wasmparser::Result<Source<'a>> {
        let mut source = Source::default();
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section() {
                source.sections.push((id, &module[range]));
            }
            source.take(payload)?;
        }
        Ok(source)
    }

    fn take(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(types) => {
                for kind in types.into_iter_err_on_gc_types() {
                    self.takes.push(kind?.params().len() as u32);
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if let TypeRef::Func(kind) = import?.ty {
                        self.types.push(kind);
                        self.imported += 1;
                    }
                }
            }
            Payload::FunctionSection(functions) => {
                for kind in functions {
                    self.types.push(kind?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                self.memories = memories.into_iter().collect::<Result<_, _>>()?
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                self.exports = exports.into_iter().collect::<Result<_, _>>()?
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.take_element(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => {
                self.calls.push(named(&body)?);
                self.numbers.push(numbers(&body)?);
                self.bodies.push(body);
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    self.take_segment(segment?)?;
                }
                self.segments.sort_by_key(|(start, _)| *start);
            }
            Payload::CustomSection(custom) => {
                if let wasmparser::KnownCustom::Name(names) = custom.as_known() {
                    for name in names {
                        if let Name::Function(names) = name? {
                            for naming in names {
                                let naming = naming?;
                                self.names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes the functions of an element that fills the first table as the module begins.
    fn take_element(&mut self, element: wasmparser::Element<'a>) -> wasmparser::Result<()> {
        if let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind
            && let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
            && let ElementItems::Functions(functions) = element.items
        {
            self.elements.push((value as u32, functions.into_iter().collect::<Result<_, _>>()?));
        } else {
            self.has_odd_elements = true;
        }
        Ok(())
    }

    /// Notes what is put into memory as the module begins.
    fn take_segment(&mut self, segment: wasmparser::Data<'a>) -> wasmparser::Result<()> {
        if let DataKind::Active { memory_index: 0, offset_expr } = segment.kind
            && let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
        {
            self.segments.push((value as u32, segment.data));
        } else {
            self.has_odd_segments = true;
        }
        Ok(())
    }

    /// The numbers of all functions.
    pub fn all(&self) -> std::ops::Range<u32> {
        0..self.types.len() as u32
    }

    /// The functions that stand in the first table, each as often as it does.
    pub fn in_table(&self) -> impl Iterator<Item = u32> {
        self.elements.iter().flat_map(|(_, functions)| functions.iter().copied())
    }

    /// The functions that are called from outside the module.
    pub fn exported(&self) -> impl Iterator<Item = u32> {
        let functions = self.exports.iter().filter(|export| export.kind == wasmparser::ExternalKind::Func);
        functions.map(|export| export.index).chain(self.start)
    }

    /// A function's code, unless it is imported.
    pub fn body(&self, function: u32) -> Option<&FunctionBody<'a>> {
        self.bodies.get(function.checked_sub(self.imported)? as usize)
    }

    /// The functions that a function names.
    pub fn calls(&self, function: u32) -> impl Iterator<Item = u32> {
        let calls = function.checked_sub(self.imported).and_then(|index| self.calls.get(index as usize));
        calls.into_iter().flatten().copied()
    }

    /// The numbers in a function's code that could be addresses.
    pub fn addresses(&self, function: u32) -> impl Iterator<Item = u32> {
        let numbers = function.checked_sub(self.imported).and_then(|index| self.numbers.get(index as usize));
        numbers.into_iter().flatten().copied()
    }
}

/// The functions that a body names.
fn named(body: &FunctionBody<'_>) -> wasmparser::Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => {
                found.insert(function_index);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// All numbers that a body names and all distances at which it reads and writes memory: one that counts from zero is an address.
fn numbers(body: &FunctionBody<'_>) -> wasmparser::Result<BTreeSet<u32>> {
    let mut found = Found(BTreeSet::new());
    for operator in body.get_operators_reader()? {
        // Nothing is made of it; only a number that does not fit could not be written.
        let _ = found.instruction(operator?);
    }
    Ok(found.0)
}

/// Sees all parts of instructions.
struct Found(BTreeSet<u32>);

impl Reencode for Found {
    type Error = Infallible;

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Error<Infallible>> {
        match operator {
            Operator::I32Const { value } => {
                self.0.insert(value as u32);
            }
            // It may be two of them.
            Operator::I64Const { value } => self.0.extend([value as u32, (value >> 32) as u32]),
            _ => {}
        }
        reencode::utils::instruction(self, operator)
    }

    fn mem_arg(&mut self, argument: wasmparser::MemArg) -> Result<wasm_encoder::MemArg, Error<Infallible>> {
        self.0.insert(argument.offset as u32);
        reencode::utils::mem_arg(self, argument)
    }
}
