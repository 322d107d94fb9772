namespace Nexus.Contracts.Carriers.HandOver;

/// <summary>Whose a file is, and of what kind (inode(7)).</summary>
/// <param name="User">The owner.</param>
/// <param name="Mode">Kind and permissions.</param>
internal readonly record struct FileOwnership(uint User, ushort Mode)
{
    private const int KindMask = 0xF000;
    private const int DirectoryKind = 0x4000;
    private const int SocketKind = 0xC000;
    private const int OthersMask = 0b000_111_111;

    public bool IsSocket => (Mode & KindMask) == SocketKind;

    /// <summary>A folder in which nobody else can do anything.</summary>
    public bool IsPrivateFolder(uint user) => (Mode & KindMask) == DirectoryKind && User == user && (Mode & OthersMask) == 0;
}
