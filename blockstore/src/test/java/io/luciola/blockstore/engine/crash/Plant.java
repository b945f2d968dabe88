package io.luciola.blockstore.engine.crash;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import org.jspecify.annotations.Nullable;

/**
 * A bug, put into one method of the engine while its class is loaded. The engine's sources know
 * nothing of it.
 *
 * @param className of the class, below {@link PlantedClassLoader#PREFIX}
 * @param method the name of the method
 * @param descriptor its descriptor, or null: all overloads get the bug
 * @param edit what is wrong with it
 */
record Plant(String className, String method, @Nullable String descriptor, Edit edit) {

  Plant(String className, String method, Edit edit) {
    this(className, method, null, edit);
  }

  /** What is changed in a method. */
  sealed interface Edit {}

  /** The method does nothing, and returns this; null where it returns nothing. */
  record Returns(ConstantDesc value) implements Edit {}

  /** The method's parameter has this value, whatever the caller passed. */
  record Parameter(int index, ConstantDesc value) implements Edit {}

  /** The method's int parameter is larger by one than what the caller passed. */
  record ParameterPlusOne(int index) implements Edit {}

  /** A method that decides something returns the same every time. */
  static Plant returns(String className, String method, boolean value) {
    return new Plant(className, method, new Returns(value ? 1 : 0));
  }

  /** A method does nothing. */
  static Plant empty(String className, String method) {
    return new Plant(className, method, new Returns(null));
  }

  /** A method works with another argument. */
  static Plant parameter(String className, String method, int index, ConstantDesc value) {
    return new Plant(className, method, new Parameter(index, value));
  }

  /**
   * The class with the bug.
   *
   * @throws IllegalArgumentException when the class has no such method (any more): the bug has to
   *     be planted elsewhere
   */
  byte[] into(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    long hits = model.methods().stream().filter(this::isHit).count();
    if (hits == 0) {
      throw new IllegalArgumentException("there is no method " + className + "." + method);
    }
    ClassTransform transform =
        switch (edit) {
          case Returns(ConstantDesc value) ->
              (builder, element) -> {
                if (element instanceof MethodModel found && isHit(found)) {
                  builder.withMethodBody(
                      found.methodName(),
                      found.methodType(),
                      found.flags().flagsMask(),
                      code -> returnConstant(code, found.methodTypeSymbol(), value));
                } else {
                  builder.with(element);
                }
              };
          case Parameter(int index, ConstantDesc value) ->
              atStart((code, type) -> store(code, type, index, () -> code.loadConstant(value)));
          case ParameterPlusOne(int index) ->
              atStart(
                  (code, type) ->
                      store(
                          code,
                          type,
                          index,
                          () -> code.iload(code.parameterSlot(index)).iconst_1().iadd()));
        };
    return ClassFile.of().transformClass(model, transform);
  }

  /** Puts instructions before a method's first one. */
  @FunctionalInterface
  private interface Prologue {
    void write(CodeBuilder code, MethodTypeDesc type);
  }

  private ClassTransform atStart(Prologue prologue) {
    return (builder, element) -> {
      if (element instanceof MethodModel found && isHit(found)) {
        builder.transformMethod(
            found,
            (method, part) -> {
              if (part instanceof java.lang.classfile.CodeModel body) {
                method.transformCode(
                    body,
                    new CodeTransform() {
                      @Override
                      public void atStart(CodeBuilder code) {
                        prologue.write(code, found.methodTypeSymbol());
                      }

                      @Override
                      public void accept(CodeBuilder code, CodeElement instruction) {
                        code.with(instruction);
                      }
                    });
              } else {
                method.with(part);
              }
            });
      } else {
        builder.with(element);
      }
    };
  }

  private boolean isHit(MethodModel candidate) {
    return candidate.methodName().equalsString(method)
        && (descriptor == null || candidate.methodType().equalsString(descriptor))
        && !candidate.flags().has(AccessFlag.ABSTRACT);
  }

  private static void store(CodeBuilder code, MethodTypeDesc type, int index, Runnable value) {
    value.run();
    code.storeLocal(TypeKind.from(type.parameterType(index)), code.parameterSlot(index));
  }

  private static void returnConstant(CodeBuilder code, MethodTypeDesc type, ConstantDesc value) {
    if (value != null) {
      code.loadConstant(value);
    }
    code.return_(TypeKind.from(type.returnType()));
  }
}
