package io.luciola.cluster.disk;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.function.Consumer;

/** Does the steps of a plan. */
public final class PlanRunner {

  private final SystemFiles files;
  private final Commands commands;
  private final PciBus pci;

  /** A runner on a machine. */
  public PlanRunner(SystemFiles files, Commands commands) {
    this.files = files;
    this.commands = commands;
    this.pci = new PciBus(files);
  }

  /**
   * Does all steps.
   *
   * @param onStep told of each step before it is done
   * @throws IllegalArgumentException when the plan is refused; nothing is done
   * @throws StepException when a step fails; what was done before it stays done
   */
  public void run(Plan plan, Consumer<Step> onStep) throws StepException {
    if (plan.isRefused()) {
      throw new IllegalArgumentException("refused: " + plan.refusals());
    }
    for (Step step : plan.steps()) {
      onStep.accept(step);
      try {
        run(step);
      } catch (IOException failure) {
        throw new StepException(ShellText.of(step) + "\nfailed: " + why(failure), failure);
      }
    }
  }

  private void run(Step step) throws IOException, StepException {
    switch (step) {
      case Step.WriteAttribute write -> files.writeAttribute(write.path(), write.text());
      case Step.WriteFile write -> files.writeFile(write.path(), write.content());
      case Step.DeleteFile delete -> files.deleteFile(delete.path());
      case Step.CreateDirectory create -> files.createDirectory(create.path());
      case Step.Run run -> commands.run(run.command());
      case Step.ExpectDriver expect -> expectDriver(expect);
      case Step.ExpectAtLeast expect -> expectAtLeast(expect);
    }
  }

  private void expectDriver(Step.ExpectDriver expect) throws StepException {
    String driver =
        pci.function(expect.address()).map(PciFunction::driver).orElse("gone with the device");
    if (!driver.equals(expect.driver())) {
      throw new StepException(
          expect.address()
              + " was not taken by "
              + expect.driver()
              + " (its driver is now: "
              + driver
              + "). The end of 'dmesg' says why; 'luciola disk release "
              + expect.address()
              + "' gives it back to the kernel.");
    }
  }

  private void expectAtLeast(Step.ExpectAtLeast expect) throws StepException {
    long number = files.number(expect.path()).orElse(0L);
    if (number < expect.number()) {
      throw new StepException(
          "Only "
              + number
              + " of "
              + expect.number()
              + " huge pages could be had: memory is short or fragmented. Ask for fewer with"
              + " --huge-pages-mib, or reserve them at boot with hugepages="
              + expect.number()
              + " on the kernel's command line.");
    }
  }

  private static String why(IOException failure) {
    // The reason is missing where the class is the reason: there is no such file, for example.
    boolean bare = failure instanceof FileSystemException file && file.getReason() == null;
    return bare || failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
