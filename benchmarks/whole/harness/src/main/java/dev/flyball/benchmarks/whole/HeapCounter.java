// SPDX-License-Identifier: Apache-2.0
package dev.flyball.benchmarks.whole;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.AttributeNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Asks a virtual machine how much its threads have allocated. Nothing is built into the servers for
 * it: the management agent is loaded after their start was measured.
 */
final class HeapCounter implements AutoCloseable {

  private final JMXConnector connector;
  private final MBeanServerConnection connection;
  private final ThreadMXBean threads;
  private final ObjectName name;

  private HeapCounter(JMXConnector connector) throws IOException, JMException {
    this.connector = connector;
    this.connection = connector.getMBeanServerConnection();
    this.name = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
    this.threads =
        ManagementFactory.newPlatformMXBeanProxy(
            connection, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
  }

  @SuppressWarnings("BanJNDI") // to a process that we have started ourselves
  static HeapCounter of(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
      String address = machine.startLocalManagementAgent();
      machine.detach();
      return new HeapCounter(JMXConnectorFactory.connect(new JMXServiceURL(address)));
    } catch (AttachNotSupportedException | JMException e) {
      throw new IOException("process " + pid + " does not tell what it allocates", e);
    }
  }

  long bytes() throws IOException {
    try {
      return (Long) connection.getAttribute(name, "TotalThreadAllocatedBytes");
    } catch (AttributeNotFoundException e) {
      return bytesOfLiveThreads(); // before Java 21; under load no thread of a pool ends
    } catch (JMException e) {
      throw new IOException("the virtual machine does not tell what it has allocated", e);
    }
  }

  private long bytesOfLiveThreads() {
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  @Override
  public void close() {
    try {
      connector.close();
    } catch (IOException e) {
      // it is over anyway
    }
  }
}
